/**
 * The domain of every ErrorInfo, in which its reason is unique: the name of this service, as in its protos. It says no
 * version, no host, and no DNS name that could pass to somebody else, so that it can stay what it is.
 */
export const errorDomain = "tallystick";
