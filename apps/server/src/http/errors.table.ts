/** Every way the API says no: HTTP status, public sentence (unless the refusal brings its own), log level. */
export const ERRORS = {
  'not-valid': [400, 'The request is not valid. `details` names each field and why.', 'info'],
  'not-signed-in': [401, 'Sign in first.', 'info'],
  'wrong-credentials': [401, 'Name, password or code is wrong.', 'warn'],
  'code-wrong': [401, 'The code is wrong or was used already. Wait for the next one.', 'warn'],
  'one-time-password-old': [401, 'This one-time password is too old. Ask an administrator for a new one.', 'warn'],
  'first-login-unfinished': [403, 'Finish the sign-in first: set a password, or enrol the second factor.', 'info'],
  'not-allowed': [403, 'Your role does not allow this. Ask an administrator for a grant.', 'warn'],
  'foreign-origin': [403, 'The request did not come from the console of this server.', 'warn'],
  'not-found': [404, 'There is no such thing, or you may not see it.', 'info'],
  'no-such-route': [404, 'No such address. GET /api/v1/openapi.json lists what there is.', 'info'],
  'wrong-method': [405, 'This address does not take that method.', 'info'],
  conflict: [409, 'The current state does not allow this. Reload and try again.', 'info'],
  'too-large': [413, 'The request body is too large.', 'info'],
  'wrong-type': [415, 'Send the body as application/json (captures as application/octet-stream).', 'info'],
  'too-many': [429, 'Too many attempts. Wait before trying again.', 'warn'],
  bug: [500, 'Something failed on our side. It is logged under the request id in `details`.', 'error'],
  'disk-full': [507, 'The data disk is full: what was there is kept. Free space, then try again.', 'error'],
  'database-lost': [503, 'The database is not reachable. Isthmus keeps trying and goes on by itself when it is back.', 'error'],
  stopping: [503, 'Isthmus is stopping.', 'info'],
} as const satisfies Record<string, readonly [status: number, sentence: string, log: 'info' | 'warn' | 'error']>

export type ErrorCode = keyof typeof ERRORS
