/** How the Envoys of a virtual node or gateway are. */
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { EnvoyState } from '../data/envoy-state.js'

export function EnvoyIndicator({ type, text }: EnvoyState) {
  return <StatusIndicator type={type}>{text}</StatusIndicator>
}
