/** What a listener means for whoever can reach it. */
import { formatListenAddress, isLocal, type ListenAddress } from './address.js'
import { formatFlag } from './options.js'

const POWERS = {
  api: 'change every mesh, and with it the traffic of every service: requests are not authenticated',
  xds: 'read every configuration, and stand in for an Envoy: clients are not authenticated',
  admin: 'read metrics, status and configurations',
} as const

export type ListenerName = keyof typeof POWERS

/** One warning per listener that is not on loopback or a Unix socket. */
export function listOpenListeners(
  addresses: Readonly<Record<ListenerName, ListenAddress>>,
  { allowUnauthenticatedSecrets = false }: { readonly allowUnauthenticatedSecrets?: boolean } = {},
): string[] {
  const keys = allowUnauthenticatedSecrets ? ', and get private keys (--allow-unauthenticated-secrets)' : ''
  return (Object.keys(POWERS) as ListenerName[])
    .filter((name) => !isLocal(addresses[name]))
    .map((name) => {
      const powers = name === 'xds' ? POWERS.xds + keys : POWERS[name]
      return `${formatFlag(name)} ${formatListenAddress(addresses[name])} is open to other machines: anyone who can reach it can ${powers}. Keep it on 127.0.0.1, or let only trusted networks in.`
    })
}
