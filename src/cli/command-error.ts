/**
 * A command that cannot do what was asked: the message goes to standard error as it is, without a stack, and the process ends with `code`:
 * 1 it failed, 2 it was asked wrongly.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: 1 | 2

  constructor(message: string, code: 1 | 2 | ErrorOptions = 1, options?: ErrorOptions) {
    super(message, typeof code === 'number' ? options : code)
    this.code = typeof code === 'number' ? code : 1
  }
}

/** A command that has said everything and ends with a code that is none of an error: `diff` with 1 when something differs. */
export class CommandEnd extends Error {
  override readonly name = 'CommandEnd'
  readonly code: 0 | 1 | 2

  constructor(code: 0 | 1 | 2) {
    super()
    this.code = code
  }
}
