/** The columns of the table of Envoys. */
import type { TableProps } from '@cloudscape-design/components/table'
import type { Proxy } from '../access/management.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { itemPath } from '../data/paths.js'
import { formatAge, proxyName, SHOWN_TYPES, stateOfType, SYNC_STATES } from '../data/proxy-texts.js'
import { PageLink } from '../frame/link.js'
import { proxyPath } from './path.js'
import { State } from './state.js'

type Column = TableProps.ColumnDefinition<Proxy> & { readonly id: string; readonly header: string }

export interface ColumnOptions {
  readonly elapsed: number
  readonly showMesh: boolean
  readonly showReplica: boolean
}

export function buildColumns({ elapsed, showMesh, showReplica }: ColumnOptions): Column[] {
  return [
    {
      id: 'name',
      header: 'Envoy of',
      cell: (proxy) => <PageLink to={proxyPath(proxy)}>{proxyName(proxy)}</PageLink>,
      sortingComparator: by(proxyName),
      isRowHeader: true,
    },
    ...(showMesh ? [MESH] : []),
    { id: 'kind', header: 'Kind', cell: ({ resource }) => (resource ? KIND_TEXTS[resource.kind].one : '-') },
    {
      id: 'state',
      header: 'State',
      cell: ({ state }) => <State state={state} />,
      sortingComparator: (a, b) => SYNC_STATES.indexOf(a.state) - SYNC_STATES.indexOf(b.state),
    },
    ...SHOWN_TYPES.map((type): Column => ({
      id: type.toLowerCase(),
      header: type,
      cell: ({ types }) => <State state={stateOfType(types, type)} />,
    })),
    { id: 'revision', header: 'Revision', cell: ({ revision }) => revision ?? '-', sortingField: 'revision' },
    {
      id: 'problems',
      header: 'Problems',
      cell: ({ problems }) => problems.length || '-',
      sortingComparator: (a, b) => a.problems.length - b.problems.length,
    },
    {
      id: 'version',
      header: 'Envoy version',
      cell: ({ envoyVersion }) => envoyVersion || '-',
      sortingField: 'envoyVersion',
    },
    { id: 'peer', header: 'Peer address', cell: ({ peer }) => peer, sortingField: 'peer' },
    ...(showReplica ? [REPLICA] : []),
    {
      id: 'age',
      header: 'Connected for',
      cell: ({ connectedForMillis }) => formatAge(connectedForMillis + elapsed),
      sortingField: 'connectedForMillis',
    },
    { id: 'protocol', header: 'Protocol', cell: ({ protocol }) => PROTOCOLS[protocol], sortingField: 'protocol' },
    { id: 'node-id', header: 'Node ID', cell: ({ nodeId }) => nodeId, sortingField: 'nodeId' },
  ]
}

/** Columns that are shown until somebody chooses others. */
export const FIRST_HIDDEN = ['kind', 'sds', 'protocol', 'node-id']

export const PROTOCOLS: Readonly<Record<Proxy['protocol'], string>> = {
  sotw: 'State of the world',
  delta: 'Delta',
}

const MESH: Column = {
  id: 'mesh',
  header: 'Mesh',
  cell: ({ resource }) => (resource ? <PageLink to={meshOf(resource)}>{resource.meshName}</PageLink> : '-'),
  sortingComparator: by(({ resource }) => resource?.meshName ?? ''),
}

const REPLICA: Column = {
  id: 'replica',
  header: 'Replica',
  cell: ({ replica }) => replica ?? '-',
  sortingField: 'replica',
}

function meshOf({ meshName }: NonNullable<Proxy['resource']>): string {
  return itemPath({ kind: 'mesh', meshName, name: meshName })
}

function by(text: (proxy: Proxy) => string): (a: Proxy, b: Proxy) => number {
  return (a, b) => text(a).localeCompare(text(b))
}
