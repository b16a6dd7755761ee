/** Whether a host name is one of the world outside, as far as a name tells. */
import { isIpv4, isIpv6 } from '../../model/ip-address.js'

/** Names that never leave a network: reserved ones, and those that clouds and Kubernetes give. */
const INSIDE =
  /(^|\.)(local|localhost|internal|intranet|lan|home|corp|private|test|invalid|example|svc|cluster|mesh|consul|arpa)$|\.svc\.|\.internal\.|\.(compute|elb)\.(internal|amazonaws\.com)$/

const PRIVATE_ADDRESS =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cde])/i

/** True for `api.github.com`; false for names of one label, private addresses, and domains that are private by convention. */
export function isOutsideHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (isIpv4(host) || isIpv6(host)) return !PRIVATE_ADDRESS.test(host)
  return /^[a-z0-9_.-]+\.[a-z][a-z0-9-]+$/.test(host) && !INSIDE.test(host)
}
