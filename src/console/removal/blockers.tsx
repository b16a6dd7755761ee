/** What must go, or point elsewhere, before something can be deleted: each with a link. */
import Alert from '@cloudscape-design/components/alert'
import type { BlockerRef } from '../access/management.js'
import type { ResourcePlace } from '../access/place.js'
import { KIND_TEXTS, lower } from '../data/kind-texts.js'
import { itemPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'

const MOST_NAMED = 20

export function Blockers({
  place,
  blockers,
}: {
  readonly place: ResourcePlace
  readonly blockers: readonly BlockerRef[]
}) {
  if (blockers.length === 0) return null
  const { meshName, meshOwner } = place
  const kind = lower(KIND_TEXTS[place.kind].one)
  const more = blockers.length - MOST_NAMED
  return (
    <Alert type="error" header={`This ${kind} cannot be deleted yet`}>
      {blockers.every(({ reason }) => reason === 'child')
        ? `Delete what is in it first:`
        : `These refer to it. Delete them, or let them point elsewhere, first:`}
      <ul>
        {blockers.slice(0, MOST_NAMED).map((blocker) => (
          <li key={`${blocker.kind}/${blocker.parentName ?? ''}/${blocker.name}`}>
            {KIND_TEXTS[blocker.kind].one}{' '}
            <PageLink to={itemPath({ ...blocker, meshName, meshOwner })}>{blocker.name}</PageLink>
            {blocker.parentName === undefined ? '' : ` of ${blocker.parentName}`}
          </li>
        ))}
      </ul>
      {more > 0 ? `and ${more} more` : ''}
    </Alert>
  )
}
