/** App Mesh's model. */
import { readModel, type OperationModel } from '../aws-api/model.js'

export type { Member, Shape } from '../aws-api/model.js'

export interface RestOperation extends OperationModel {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Under the prefix of the API, with `{member}` where a segment is a member of the input. */
  readonly path: string
  /** The members of the input that stand in the query. */
  readonly query: readonly string[]
}

export const MODEL = readModel<RestOperation>('app-mesh-model')
