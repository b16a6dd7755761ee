/** Metrics of key material: when it ends, and whether its files can be used. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { DirectoryStatus } from '../certs/directory.js'

export interface CertificateMetrics {
  readonly onBrokenCertificate: () => void
  /** Asks for the state of every ARN whenever metrics are collected. To be called once. */
  readonly followCertificates: (statuses: () => readonly DirectoryStatus[]) => void
}

export function buildCertificateMetrics(registry: Registry): CertificateMetrics {
  const registers = [registry]
  const broken = new Counter({
    name: 'meshkeeper_certificate_failures_total',
    help: 'Times that a file of the certificate directory could not be used; what was read before stays in use.',
    registers,
  })
  return {
    onBrokenCertificate: () => broken.inc(),
    followCertificates: (statuses) => {
      new Gauge({
        name: 'meshkeeper_certificates',
        help: 'Certificates and authorities by ARN: ok, or broken when their files cannot be used as they are now.',
        labelNames: ['state'],
        registers,
        collect() {
          const count = statuses().filter((each) => each.broken).length
          this.set({ state: 'ok' }, statuses().length - count)
          this.set({ state: 'broken' }, count)
        },
      })
      new Gauge({
        name: 'meshkeeper_certificate_expiry_timestamp_seconds',
        help: 'When the first certificate of an ARN ends, in seconds since the epoch.',
        labelNames: ['arn'],
        registers,
        collect() {
          this.reset()
          for (const { arn, expires } of statuses()) if (expires !== undefined) this.set({ arn }, expires / 1000)
        },
      })
    },
  }
}
