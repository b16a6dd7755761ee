/** What an Envoy is, and where. */
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { Proxy } from '../access/management.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { itemPath, meshPath } from '../data/paths.js'
import { formatAge } from '../data/proxy-texts.js'
import { PageLink } from '../frame/link.js'
import { PROTOCOLS } from './columns.js'

export function Overview({ proxy, elapsed }: { readonly proxy: Proxy; readonly elapsed: number }) {
  const { nodeId, resource, peer, envoyVersion, protocol, connectedForMillis, revision, replica, id, cluster } = proxy
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          ...(resource ? resourceItems(resource) : []),
          { label: 'Peer address', value: peer },
          { label: 'Envoy version', value: envoyVersion || '-' },
          { label: 'Protocol', value: PROTOCOLS[protocol] },
          { label: 'Connected for', value: formatAge(connectedForMillis + elapsed) },
          { label: 'Revision accepted', value: revision === undefined ? 'none yet' : String(revision) },
          { label: 'Node ID', value: nodeId },
          { label: 'Cluster', value: cluster || '-' },
          { label: 'Stream', value: String(id) },
          ...(replica === undefined ? [] : [{ label: 'Replica', value: replica }]),
        ]}
      />
    </Container>
  )
}

function resourceItems({ kind, meshName, name }: NonNullable<Proxy['resource']>) {
  return [
    { label: KIND_TEXTS[kind].one, value: <PageLink to={itemPath({ kind, meshName, name })}>{name}</PageLink> },
    { label: 'Mesh', value: <PageLink to={meshPath({ meshName })}>{meshName}</PageLink> },
  ]
}
