/** Resources of the management API's listing of a mesh. */
import type { Kind } from '../../src/model/resource.js'

interface Listed {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string
}

export function findResource<R extends Listed>(
  resources: readonly R[],
  kind: Kind,
  name: string,
  parentName?: string,
): R | undefined {
  return resources.find((each) => each.kind === kind && each.name === name && each.parentName === parentName)
}
