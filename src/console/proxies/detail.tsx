/** One Envoy: its state by type, what it was sent, the bootstrap that it should use. */
import './proxies.css'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useParams, useSearchParams } from 'react-router'
import { AccessError } from '../access/http.js'
import type { Proxy } from '../access/management.js'
import { useProxy } from '../access/queries.js'
import { proxyName } from '../data/proxy-texts.js'
import { LoadFailure, PageLoading } from '../frame/states.js'
import { useElapsed } from './age.js'
import { BootstrapTab } from './bootstrap.js'
import { Departed } from './departed.js'
import { Overview } from './overview.js'
import { Problems } from './problems.js'
import { Rejections } from './rejections.js'
import { SentResources } from './resources.js'
import { State } from './state.js'
import { TypeTable } from './types.js'

export function Component() {
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const replica = params.get('replica') ?? undefined
  const { data, error, refetch, dataUpdatedAt } = useProxy(id)
  const elapsed = useElapsed(dataUpdatedAt)
  if (error instanceof AccessError && error.status === 404) return <Departed id={id} node={params.get('node')} />
  if (error) return <LoadFailure what="the Envoy" error={error} onRetry={() => void refetch()} />
  if (!data) return <PageLoading />
  const proxy = choose(data.proxies, id, replica)
  return proxy ? <ProxyPage proxy={proxy} elapsed={elapsed} /> : <Departed id={id} node={params.get('node')} />
}

/** Numbers of streams are unique on one replica only. */
function choose(proxies: readonly Proxy[], id: string, replica: string | undefined): Proxy | undefined {
  const numbered = proxies.filter((proxy) => String(proxy.id) === id)
  return (
    numbered.find((proxy) => replica === undefined || proxy.replica === replica) ??
    (numbered.length > 0 ? undefined : proxies[0])
  )
}

function ProxyPage({ proxy, elapsed }: { readonly proxy: Proxy; readonly elapsed: number }) {
  return (
    <ContentLayout
      header={
        <Header variant="h1" info={<State state={proxy.state} />}>
          Envoy of {proxyName(proxy)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Rejections proxies={[proxy]} elapsed={elapsed} isOwnPage />
        <Problems problems={proxy.problems} />
        <Overview proxy={proxy} elapsed={elapsed} />
        <Tabs
          ariaLabel="Details of the Envoy"
          tabs={[
            { id: 'state', label: 'State by type', content: <TypeTable proxy={proxy} elapsed={elapsed} /> },
            { id: 'sent', label: 'Resources as sent', content: <SentResources proxy={proxy} /> },
            { id: 'bootstrap', label: 'Bootstrap', content: <BootstrapTab proxy={proxy} /> },
          ]}
        />
      </SpaceBetween>
    </ContentLayout>
  )
}
