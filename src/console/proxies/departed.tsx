/** The page of an Envoy that is connected no more, or anew under another number. */
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useProxies } from '../access/queries.js'
import { formatAge } from '../data/proxy-texts.js'
import { PageLink } from '../frame/link.js'
import { proxyPath } from './path.js'

export function Departed({ id, node }: { readonly id: string; readonly node: string | null }) {
  return (
    <Container header={<Header variant="h1">This Envoy is not connected</Header>}>
      <SpaceBetween size="s">
        <Box variant="p">Stream {id} is over: the Envoy has stopped, or has connected anew.</Box>
        {node !== null && <Successors node={node} />}
        <PageLink to="/proxies">All Envoys</PageLink>
      </SpaceBetween>
    </Container>
  )
}

function Successors({ node }: { readonly node: string }) {
  const { data } = useProxies({ node })
  if (!data || data.proxies.length === 0) return <Box variant="p">No Envoy of {node} is connected now.</Box>
  return (
    <div>
      <Box variant="p">Connected now as {node}:</Box>
      <ul>
        {data.proxies.map((proxy) => (
          <li key={`${proxy.replica ?? ''}/${proxy.id}`}>
            <PageLink to={proxyPath(proxy)}>
              {proxy.peer}, for {formatAge(proxy.connectedForMillis)}
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  )
}
