/** Cloud Map's model. */
import { readModel, type OperationModel } from '../aws-api/model.js'

export interface CloudMapOperation extends OperationModel {
  /** The member of the answer that SDKs page through. */
  readonly pages?: string
}

export const MODEL = readModel<CloudMapOperation>('cloud-map-model')
