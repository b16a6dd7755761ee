/** What Envoys have rejected, in their own words and in full. */
import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Proxy } from '../access/management.js'
import { formatAge, rejectionsOf, proxyName, type Rejection } from '../data/proxy-texts.js'
import { PageLink } from '../frame/link.js'
import { proxyPath } from './path.js'

/** Of a fleet that rejects everything the first few tell enough. */
const MOST = 5

interface RejectionsProps {
  readonly proxies: readonly Proxy[]
  readonly elapsed: number
  /** True on the page of the Envoy itself. */
  readonly isOwnPage?: boolean
}

export function Rejections({ proxies, elapsed, isOwnPage = false }: RejectionsProps) {
  const all = proxies.flatMap((proxy) => rejectionsOf(proxy.types).map((rejection) => ({ proxy, rejection })))
  if (all.length === 0) return null
  return (
    <SpaceBetween size="s">
      {all.slice(0, MOST).map(({ proxy, rejection }) => (
        <Alert
          key={`${proxy.replica ?? ''}/${proxy.id}/${rejection.type}`}
          type="error"
          header={headerOf(proxy, rejection, elapsed)}
          action={isOwnPage ? undefined : <PageLink to={proxyPath(proxy)}>Details</PageLink>}
        >
          <span className="proxy-error">{rejection.error}</span>
        </Alert>
      ))}
      {all.length > MOST && <Alert type="error">{all.length - MOST} more rejections: filter by NACKed</Alert>}
    </SpaceBetween>
  )
}

function headerOf(proxy: Proxy, { type, version, ageMillis }: Rejection, elapsed: number): string {
  const age = ageMillis === undefined ? '' : ` ${formatAge(ageMillis + elapsed)} ago`
  const which = version === undefined ? '' : `, version ${version}`
  return `${proxyName(proxy)} (${proxy.peer}) rejected ${type.toLowerCase()}${age}${which}`
}
