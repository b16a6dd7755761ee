/** App Mesh's interception inside a pod's namespace, by the very script that the sidecar sample ships. */
import { join } from 'node:path'
import { run } from './process.js'

/** The user that Envoy runs as: its own connections are not intercepted. */
export const ENVOY_UID = 1337
const SCRIPT = join(import.meta.dirname, '../../envoy-bootstrap/sidecar/iptables.sh')

/** Redirects what comes in on `appPorts` from outside, and everything that goes out but for Envoy's own. */
export async function intercept(namespace: string, appPorts: readonly number[]): Promise<void> {
  const env = { ...process.env, APPMESH_IGNORE_UID: String(ENVOY_UID), APPMESH_APP_PORTS: appPorts.join(',') }
  await run('ip', ['netns', 'exec', namespace, 'sh', SCRIPT, 'start'], { env })
}
