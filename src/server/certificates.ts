/** The certificate directory of this server: followed, logged, measured. */
import { CertificateDirectory, type DirectoryEvents } from '../certs/directory.js'
import type { Logger } from './logger.js'

export interface CertificateOptions {
  readonly path: string
  readonly logger: Logger
  /** A file could not be used. */
  readonly onBroken: () => void
}

/** Reads the directory and follows it, until stopped. */
export async function openCertificates({ path, logger, onBroken }: CertificateOptions): Promise<CertificateDirectory> {
  const directory = new CertificateDirectory({ path, ...logCertificates(logger, onBroken) })
  await directory.start()
  return directory
}

function logCertificates(logger: Logger, onBroken: () => void): DirectoryEvents {
  return {
    onLoaded: (arn, { path, expires, renewed }) =>
      logger.info(
        { arn, file: path, expires: new Date(expires) },
        renewed ? 'key material renewed' : 'key material loaded',
      ),
    onRemoved: (arn) => logger.warn({ arn }, 'key material removed; Envoys that have it keep it'),
    onBroken: (path, reason, kept) => {
      onBroken()
      const outcome = kept ? 'what was read before stays in use' : 'there is nothing to use instead'
      logger.error({ file: path, reason }, `key material cannot be used; ${outcome}`)
    },
    onWarning: (path, warning) => logger.warn({ file: path, warning }, 'something about key material'),
  }
}
