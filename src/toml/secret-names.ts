const SECRET = /(token|secret|password|passwd|bearer|authorization|api[_-]?key|key)$|^auth$/i;

/** Codex's `env_key` holds the name of a variable, not what is in it. */
const VARIABLE_NAME = /^env_key$/i;

/** Whatever stands below these is sent to a server or given to a program: it may be a secret under any name. */
const SECRET_TABLE = /^(http_headers|headers|query_params|env)$/i;

/** Below this stand names of variables. */
const VARIABLE_TABLE = /^env_http_headers$/i;

/** True where a key's own name says that its value is a secret. */
export function isSecretName(path: readonly string[]): boolean {
  const name = path.at(-1) ?? '';
  return SECRET.test(name) && !VARIABLE_NAME.test(name) && !path.some((part) => VARIABLE_TABLE.test(part));
}

/** True where the name of a variable should stand and something else does: most likely the key itself. */
export function isMisplacedKey(path: readonly string[], value: string): boolean {
  const isName = VARIABLE_NAME.test(path.at(-1) ?? '') || path.some((part) => VARIABLE_TABLE.test(part));
  return isName && !/^[A-Za-z_]\w*$/.test(value);
}

/** True where a key, whatever its name, stands in a table of secrets (or is written in place of one). */
export function isInSecretTable(path: readonly string[]): boolean {
  const nearest = path.findLast((part) => SECRET_TABLE.test(part) || VARIABLE_TABLE.test(part));
  return nearest !== undefined && SECRET_TABLE.test(nearest);
}
