/** A command that cannot do what was asked: the message goes to standard error as it is, without a stack, and the process ends with 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
