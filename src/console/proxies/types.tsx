/** The state of an Envoy, type by type: what was sent, what it accepted, what it rejected. */
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { Proxy, ProxyTypeStatus } from '../access/management.js'
import { typeText } from '../data/proxy-texts.js'
import { EmptyState } from '../frame/states.js'
import { Age } from './age.js'
import { State } from './state.js'

export function TypeTable({ proxy, elapsed }: { readonly proxy: Proxy; readonly elapsed: number }) {
  return (
    <Table<ProxyTypeStatus>
      variant="container"
      header={<Header variant="h2">State by type</Header>}
      items={proxy.types}
      trackBy="typeUrl"
      wrapLines
      columnDefinitions={buildColumns(elapsed)}
      empty={<EmptyState title="It has not asked for anything yet" />}
      ariaLabels={{ tableLabel: 'State by type' }}
    />
  )
}

function buildColumns(elapsed: number): TableProps.ColumnDefinition<ProxyTypeStatus>[] {
  return [
    { id: 'type', header: 'Type', cell: ({ typeUrl }) => titleOf(typeUrl), isRowHeader: true, minWidth: 140 },
    { id: 'state', header: 'State', cell: ({ state }) => <State state={state} />, minWidth: 120 },
    { id: 'count', header: 'Resources', cell: ({ resourceCount }) => textOf(resourceCount) },
    { id: 'sent', header: 'Version sent', cell: ({ sentVersion }) => textOf(sentVersion) },
    {
      id: 'sent-age',
      header: 'Sent',
      cell: ({ sentAgeMillis }) => <Age millis={sentAgeMillis} elapsed={elapsed} />,
      minWidth: 95,
    },
    { id: 'acked', header: 'Version accepted', cell: ({ ackedVersion }) => textOf(ackedVersion) },
    {
      id: 'acked-age',
      header: 'Accepted',
      cell: ({ ackedAgeMillis }) => <Age millis={ackedAgeMillis} elapsed={elapsed} />,
    },
    {
      id: 'nacked',
      header: 'Version rejected',
      cell: ({ nackedVersion }) => textOf(nackedVersion),
    },
    {
      id: 'error',
      header: 'Reason',
      cell: ({ error }) => <span className="proxy-error">{error ?? '-'}</span>,
      minWidth: 200,
    },
  ]
}

function titleOf(typeUrl: string): string {
  const { short, long } = typeText(typeUrl)
  return short === long ? long : `${long} (${short})`
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
}
