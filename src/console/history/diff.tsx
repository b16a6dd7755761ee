/** Before and after of a change: one column, or two side by side. */
import './history.css'
import Box from '@cloudscape-design/components/box'
import { useMemo } from 'react'
import { diffValues, foldLines, pairLines, type DiffGap, type DiffLine } from '../data/change-diff.js'

export type DiffForm = 'unified' | 'split'

interface DiffProps {
  readonly before: unknown
  readonly after: unknown
  readonly form: DiffForm
}

export function Diff({ before, after, form }: DiffProps) {
  const lines = useMemo(() => foldLines(diffValues(before, after)), [before, after])
  if (lines.every(({ kind }) => kind === 'gap'))
    return <Box color="text-body-secondary">The specification is the same.</Box>
  return (
    <table className="diff" aria-label="Before and after">
      <colgroup>
        <col className="diff-sign" />
        <col />
        {form === 'split' && <col className="diff-sign" />}
        {form === 'split' && <col />}
      </colgroup>
      <tbody>{form === 'unified' ? <Unified lines={lines} /> : <Split lines={lines} />}</tbody>
    </table>
  )
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' }

function Unified({ lines }: { readonly lines: readonly (DiffLine | DiffGap)[] }) {
  return lines.map((line, index) =>
    line.kind === 'gap' ? (
      <Gap key={index} count={line.count} columns={2} />
    ) : (
      <tr key={index} className={`diff-${line.kind}`}>
        <td className="diff-sign">{SIGNS[line.kind]}</td>
        <td>{line.text}</td>
      </tr>
    ),
  )
}

function Split({ lines }: { readonly lines: readonly (DiffLine | DiffGap)[] }) {
  return pairLines(lines).map((pair, index) =>
    'count' in pair ? (
      <Gap key={index} count={pair.count} columns={4} />
    ) : (
      <tr key={index}>
        <Side line={pair.before} />
        <Side line={pair.after} />
      </tr>
    ),
  )
}

function Side({ line }: { readonly line: DiffLine | undefined }) {
  const className = line ? `diff-${line.kind}` : ''
  return (
    <>
      <td className={`diff-sign ${className}`}>{line ? SIGNS[line.kind] : ''}</td>
      <td className={className}>{line?.text}</td>
    </>
  )
}

function Gap({ count, columns }: { readonly count: number; readonly columns: number }) {
  return (
    <tr className="diff-gap">
      <td colSpan={columns}>
        {count} unchanged {count === 1 ? 'line' : 'lines'}
      </td>
    </tr>
  )
}
