/** A setting that cannot be used. The message is one line that names the variable and says what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
