/** Every field of a spec, with what holds where the spec says nothing. */
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useMemo } from 'react'
import type { Kind } from '../../model/resource.js'
import type { EffectiveDefault } from '../access/management.js'
import { useDefaults } from '../access/queries.js'
import { describeSpec, type Block, type Pair, type PairTable } from '../data/describe-spec.js'
import { indexDefaults } from '../data/effective-defaults.js'
import { EmptyState } from '../frame/states.js'
import type { Detail } from './detail-page.js'
import { PairValue } from './pair-value.js'

type Defaults = ReadonlyMap<string, readonly EffectiveDefault[]>

export function Configuration<K extends Kind>({ place, resource }: Detail<K>) {
  const blocks = useMemo(() => describeSpec(place.kind, resource.spec), [place.kind, resource.spec])
  const { data } = useDefaults(place)
  const defaults = useMemo(() => indexDefaults(data ?? []), [data])
  if (blocks.length === 0) return <EmptyState title="Nothing is configured" />
  return (
    <SpaceBetween size="l">
      {blocks.map((block) => (
        <Container key={`${block.title}:${block.path}`} header={<Header variant="h2">{block.title}</Header>}>
          <BlockContent block={block} defaults={defaults} level={3} />
        </Container>
      ))}
    </SpaceBetween>
  )
}

interface BlockProps {
  readonly block: Block
  readonly defaults: Defaults
  readonly level: 3 | 4 | 5
}

function BlockContent({ block: { title, pairs, tables, blocks }, defaults, level }: BlockProps) {
  return (
    <SpaceBetween size="l">
      {pairs.length > 0 && (
        <KeyValuePairs
          columns={4}
          items={pairs.map((pair) => ({ label: pair.label, value: valueOf(pair, defaults) }))}
        />
      )}
      {tables.map((table) => (
        <PairsTable key={table.path} table={table} isNamed={table.title === title} />
      ))}
      {blocks.map((block) => (
        <div key={block.path} className="detail-block">
          <Box variant={`h${level}`} padding={{ bottom: 'xs' }}>
            {block.title}
          </Box>
          <BlockContent block={block} defaults={defaults} level={level === 3 ? 4 : 5} />
        </div>
      ))}
    </SpaceBetween>
  )
}

function valueOf(pair: Pair, defaults: Defaults) {
  return <PairValue pair={pair} effective={defaults.get(pair.path) ?? []} />
}

interface PairRow {
  readonly index: number
  readonly pairs: readonly Pair[]
}

interface PairsTableProps {
  readonly table: PairTable
  /** What stands around it has the same title. */
  readonly isNamed: boolean
}

function PairsTable({ table: { title, columns, rows }, isNamed }: PairsTableProps) {
  return (
    <Table
      variant="embedded"
      {...(!isNamed && { header: <Header variant="h3">{title}</Header> })}
      items={rows.map((pairs, index) => ({ index, pairs }))}
      trackBy={({ index }) => String(index)}
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={columns.map((label): TableProps.ColumnDefinition<PairRow> => ({
        id: label,
        header: label,
        cell: ({ pairs }) => {
          const pair = pairs.find((each) => each.label === label)
          return pair ? <PairValue pair={pair} effective={[]} /> : '-'
        },
      }))}
    />
  )
}
