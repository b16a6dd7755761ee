/** The table of Cloud Map's 30 operations: what each reads and what it does (cloud-map-api.md section 2). */
import * as requests from '../model/cloud-map/requests.js'
import type { CloudMapOperation } from './context.js'
import { discoverInstances, discoverInstancesRevision } from './discover.js'
import { deregisterInstance, getInstance, registerInstance, updateInstanceCustomHealthStatus } from './instances.js'
import {
  getInstancesHealthStatus,
  getOperation,
  listInstances,
  listNamespaces,
  listOperations,
  listServices,
} from './listings.js'
import { createNamespace, deleteNamespace, getNamespace, updateNamespace } from './namespaces.js'
import { deleteServiceAttributes, getServiceAttributes, updateServiceAttributes } from './service-attributes.js'
import { createService, deleteService, getService, updateService } from './services.js'
import { listTags, tagResource, untagResource } from './tags.js'

const HANDLERS = {
  CreateHttpNamespace: createNamespace('HTTP'),
  CreatePrivateDnsNamespace: createNamespace('DNS_PRIVATE'),
  CreatePublicDnsNamespace: createNamespace('DNS_PUBLIC'),
  CreateService: createService,
  DeleteNamespace: deleteNamespace,
  DeleteService: deleteService,
  DeleteServiceAttributes: deleteServiceAttributes,
  DeregisterInstance: deregisterInstance,
  DiscoverInstances: discoverInstances,
  DiscoverInstancesRevision: discoverInstancesRevision,
  GetInstance: getInstance,
  GetInstancesHealthStatus: getInstancesHealthStatus,
  GetNamespace: getNamespace,
  GetOperation: getOperation,
  GetService: getService,
  GetServiceAttributes: getServiceAttributes,
  ListInstances: listInstances,
  ListNamespaces: listNamespaces,
  ListOperations: listOperations,
  ListServices: listServices,
  ListTagsForResource: listTags,
  RegisterInstance: registerInstance,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateHttpNamespace: updateNamespace('HTTP'),
  UpdateInstanceCustomHealthStatus: updateInstanceCustomHealthStatus,
  UpdatePrivateDnsNamespace: updateNamespace('DNS_PRIVATE'),
  UpdatePublicDnsNamespace: updateNamespace('DNS_PUBLIC'),
  UpdateService: updateService,
  UpdateServiceAttributes: updateServiceAttributes,
} as const satisfies Record<string, CloudMapOperation['handle']>

type OperationName = keyof typeof HANDLERS

/** By name. */
export const CLOUD_MAP_OPERATIONS: ReadonlyMap<string, CloudMapOperation> = new Map(
  (Object.keys(HANDLERS) as OperationName[]).map((name) => [
    name,
    { input: requests[`${name}Request`], handle: HANDLERS[name] },
  ]),
)
