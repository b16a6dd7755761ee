/** What the traffic tests need of the machine: root, network namespaces, iptables and an Envoy. */
import { missing, NEWEST, requireEnvoy } from './install.js'
import { Network } from './network.js'

/**
 * An open network and an Envoy executable, for a `before` hook: `({ network, binary } = await requireNetwork(this))`. Where they cannot be
 * had the suite is skipped, loudly; with REQUIRE_ENVOY=1 it fails instead. ENVOY_VERSION chooses another Envoy than the newest.
 */
export async function requireNetwork(context: Mocha.Context): Promise<{ network: Network; binary: string }> {
  const binary = await requireEnvoy(context, process.env['ENVOY_VERSION'] ?? NEWEST)
  if (process.getuid?.() !== 0) return missing(context, 'root (network namespaces and iptables)', 'not root')
  const network = await Network.open().catch((error: unknown) => missing(context, 'network namespaces', error))
  return { network, binary }
}
