/** What a plan changes, as people read changes: unified differences of the YAML. */
import { createTwoFilesPatch } from 'diff'
import { stringify } from 'yaml'
import type { Colors } from '../colors.js'
import { displayRef } from '../access/kinds.js'
import type { ResourceRef } from '../../model/resource.js'
import { orderSpec } from '../manifest/order.js'
import type { Change } from '../plan/step.js'
import { printable } from '../text.js'

/** The difference that one change makes; '' for none. */
export function formatDifference({ ref, before, after }: Omit<Change, 'action'>, colors: Colors): string {
  const [old, fresh] = [before, after].map((side) => formatSide(ref, side))
  if (old === fresh) return ''
  const name = `${displayRef(ref)}${ref.kind === 'mesh' ? '' : ` of mesh ${ref.meshName}`}`
  const patch = createTwoFilesPatch(
    before ? name : '/dev/null',
    after ? name : '/dev/null',
    old ?? '',
    fresh ?? '',
    undefined,
    undefined,
    { context: 3 },
  )
  const lines = printable(patch.slice(patch.indexOf('--- ')))
    .trimEnd()
    .split('\n')
  return lines.map((line) => `${paint(line, colors)}\n`).join('')
}

function formatSide(ref: ResourceRef, side: Change['before']): string {
  if (!side) return ''
  const { spec, tags } = side
  return stringify(
    { spec: orderSpec({ ref, spec }), ...(tags.length > 0 && { tags }) },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  )
}

/** By what a line begins with; the first that fits. */
const PAINTS: readonly (readonly [start: string, paint: (line: string, colors: Colors) => string])[] = [
  ['---', (line, { bold }) => bold(line)],
  ['+++', (line, { bold }) => bold(line)],
  ['@@', (line, { cyan }) => cyan(line)],
  ['+', (line, { green }) => green(line)],
  ['-', (line, { red }) => red(line)],
]

function paint(line: string, colors: Colors): string {
  const found = PAINTS.find(([start]) => line.startsWith(start))
  return found ? found[1](line, colors) : line
}
