/** The state of an Envoy, of a type or of a resource, in colour and in words. */
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { STATE_TEXTS, type ResourceState } from '../data/proxy-texts.js'

export function State({ state }: { readonly state: ResourceState | undefined }) {
  if (state === undefined) return <>-</>
  const { indicator, text } = STATE_TEXTS[state]
  return <StatusIndicator type={indicator}>{text}</StatusIndicator>
}
