/** Hears what is being done, in words for people. */
export type Progress = (step: string) => void;
