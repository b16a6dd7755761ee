/** What one change did to a resource: the lines of its spec that went, and those that came. */
import Modal from '@cloudscape-design/components/modal'
import { diffLines } from 'diff'
import { stringify } from 'yaml'
import type { Change } from '../access/management.js'

export function ChangeDialog({ change, onClose }: { readonly change: Change; readonly onClose: () => void }) {
  const { revision, operation, before, after, tagsBefore, tagsAfter } = change
  const parts = diffLines(textOf(before, tagsBefore), textOf(after, tagsAfter))
  const isSame = parts.every(({ added, removed }) => !added && !removed)
  return (
    <Modal
      visible
      size="large"
      onDismiss={onClose}
      closeAriaLabel="Close"
      header={`Revision ${revision}: ${operation}`}
    >
      {isSame ? (
        'The specification and the tags stayed as they were.'
      ) : (
        <pre className="detail-diff" tabIndex={0} role="region" aria-label="Difference">
          {parts.map(({ value, added, removed }, index) => (
            <span key={index} className={added ? 'detail-added' : removed ? 'detail-removed' : ''}>
              {mark(value, added ? '+ ' : removed ? '- ' : '  ')}
            </span>
          ))}
        </pre>
      )}
    </Modal>
  )
}

function textOf(spec: unknown, tags: Change['tagsBefore']): string {
  const parts = { ...(spec !== undefined && { spec }), ...(tags && tags.length > 0 && { tags }) }
  return Object.keys(parts).length === 0 ? '' : stringify(parts)
}

/** A sign before each line: colours alone would not tell everybody. */
function mark(lines: string, sign: string): string {
  return lines.replaceAll(/^(?=.)/gm, sign)
}
