/** A value of a spec: a link where it names a resource, and where it is not set what holds instead. */
import Box from '@cloudscape-design/components/box'
import Popover from '@cloudscape-design/components/popover'
import { resolveBackend } from '../../model/references.js'
import type { EffectiveDefault } from '../access/management.js'
import type { Pair } from '../data/describe-spec.js'
import { formatDefault } from '../data/effective-defaults.js'
import { itemPath } from '../data/paths.js'
import { PageLink } from '../frame/link.js'
import { useMeshPlace } from '../frame/place.js'

export function PairValue({
  pair,
  effective,
}: {
  readonly pair: Pair
  readonly effective: readonly EffectiveDefault[]
}) {
  const { values, absent } = pair
  if (values === undefined) {
    return (
      <>
        {(effective.length === 0 || absent !== undefined) && <Box color="text-body-secondary">{absent ?? '-'}</Box>}
        {effective.map((each) => (
          <EffectiveValue key={each.envoyField} effective={each} />
        ))}
      </>
    )
  }
  if (values.length === 0) return <>(empty list)</>
  return (
    <>
      {values.map((value, index) => (
        <div key={`${index}:${value}`} className="detail-value">
          {pair.names ? <NameLink kind={pair.names} name={value} /> : value === '' ? '(empty)' : value}
        </div>
      ))}
    </>
  )
}

/** Backends may name a service of another mesh by its ARN. */
function NameLink({ kind, name }: { readonly kind: NonNullable<Pair['names']>; readonly name: string }) {
  const mesh = useMeshPlace()
  const { meshOwner = '', meshName } = mesh
  const target = kind === 'virtualService' ? resolveBackend({ meshOwner, meshName }, name) : undefined
  const place =
    target && target.meshName !== meshName
      ? { kind, meshName: target.meshName, meshOwner: target.meshOwner, name: target.name }
      : { ...mesh, kind, name: target?.name ?? name }
  return <PageLink to={itemPath(place)}>{name}</PageLink>
}

function EffectiveValue({ effective: { value, why, envoyField } }: { readonly effective: EffectiveDefault }) {
  return (
    <Popover header="Effective default" content={`${why} (Envoy: ${envoyField})`} size="medium" triggerType="text">
      {formatDefault(value)} (default)
    </Popover>
  )
}
