/** A file that is no backup, or no whole one, or that cannot be read or written. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}
