/** Attributes of services, which mean something to nobody here (cloud-map-api.md section 2). */
import { CloudMapError, invalidInput } from '../model/cloud-map/errors.js'
import type {
  DeleteServiceAttributesRequest,
  GetServiceAttributesRequest,
  UpdateServiceAttributesRequest,
} from '../model/cloud-map/requests.js'
import { demand } from '../model/rules/shape-rule.js'
import type { CloudMapHandler } from './context.js'
import { requireService } from './find.js'
import { write } from './write.js'

/** Attributes that one service can have. */
const MOST = 30
const LONGEST_KEY = 255

/** Adds attributes, each replacing the one of its key. */
export const updateServiceAttributes: CloudMapHandler<UpdateServiceAttributesRequest> = (context, call) => {
  const { ServiceId, Attributes: added } = call.input
  const keys = Object.keys(added)
  const problems = [
    ...demand(keys.length > 0 && keys.length <= MOST, 'Attributes', `must have 1 to ${MOST} entries`),
    ...demand(
      keys.every((key) => key.length <= LONGEST_KEY),
      'Attributes',
      `must have keys of at most ${LONGEST_KEY} characters`,
    ),
  ]
  if (problems.length > 0) throw invalidInput(problems)
  return write(context, call, async (tx) => {
    const service = await requireService(tx, ServiceId)
    const attributes = { ...service.attributes, ...added }
    if (Object.keys(attributes).length > MOST)
      throw new CloudMapError(
        'ServiceAttributesLimitExceededException',
        `A service can have at most ${MOST} attributes`,
      )
    await tx.cloudMap.putService({ ...service, attributes })
    return {}
  })
}

/** Removes attributes by key; a key that is not there is no error. */
export const deleteServiceAttributes: CloudMapHandler<DeleteServiceAttributesRequest> = (context, call) =>
  write(context, call, async (tx) => {
    const service = await requireService(tx, call.input.ServiceId)
    const gone = new Set(call.input.Attributes)
    const attributes = Object.fromEntries(Object.entries(service.attributes).filter(([key]) => !gone.has(key)))
    await tx.cloudMap.putService({ ...service, attributes })
    return {}
  })

export const getServiceAttributes: CloudMapHandler<GetServiceAttributesRequest> = async (
  { store, account },
  { input },
) => {
  const { arn, attributes } = await store.read((tx) => requireService(tx, input.ServiceId))
  return { body: { ServiceAttributes: { ServiceArn: arn, ResourceOwner: account, Attributes: attributes } } }
}
