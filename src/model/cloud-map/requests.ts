/** The inputs of Cloud Map's 30 operations (cloud-map-api.md section 2). */
import Type, { type Static, type TProperties } from 'typebox'
import { integer, shape } from '../schema.js'
import {
  AccountId,
  Attributes,
  CustomHealthStatus,
  DnsConfig,
  HealthCheckConfig,
  HealthCheckCustomConfig,
  HealthStatusFilter,
  HttpNamespaceChange,
  IdOrArn,
  InstanceId,
  NamespaceFilter,
  NamespaceName,
  NamespaceNameHttp,
  NamespaceNamePrivate,
  NamespaceNamePublic,
  OperationFilter,
  OperationId,
  PrivateDnsNamespaceChange,
  PrivateDnsNamespaceProperties,
  PublicDnsNamespaceChange,
  PublicDnsNamespaceProperties,
  ResourceArn,
  ResourceDescription,
  ResourceId,
  ServiceAttributesMap,
  ServiceChange,
  ServiceFilter,
  ServiceName,
  TagList,
} from './shapes.js'

const requestId = Type.Optional(ResourceId)
const owner = Type.Optional(AccountId)
const described = { CreatorRequestId: requestId, Description: Type.Optional(ResourceDescription) }
const tags = Type.Optional(TagList)

export const CreateHttpNamespaceRequest = shape('CreateHttpNamespaceRequest', {
  Name: NamespaceNameHttp,
  ...described,
  Tags: tags,
})
export type CreateHttpNamespaceRequest = Static<typeof CreateHttpNamespaceRequest>
export const CreatePrivateDnsNamespaceRequest = shape('CreatePrivateDnsNamespaceRequest', {
  Name: NamespaceNamePrivate,
  ...described,
  Vpc: ResourceId,
  Tags: tags,
  Properties: Type.Optional(PrivateDnsNamespaceProperties),
})
export type CreatePrivateDnsNamespaceRequest = Static<typeof CreatePrivateDnsNamespaceRequest>
export const CreatePublicDnsNamespaceRequest = shape('CreatePublicDnsNamespaceRequest', {
  Name: NamespaceNamePublic,
  ...described,
  Tags: tags,
  Properties: Type.Optional(PublicDnsNamespaceProperties),
})
export type CreatePublicDnsNamespaceRequest = Static<typeof CreatePublicDnsNamespaceRequest>

export const CreateServiceRequest = shape('CreateServiceRequest', {
  Name: ServiceName,
  NamespaceId: Type.Optional(IdOrArn),
  ...described,
  DnsConfig: Type.Optional(DnsConfig),
  HealthCheckConfig: Type.Optional(HealthCheckConfig),
  HealthCheckCustomConfig: Type.Optional(HealthCheckCustomConfig),
  Tags: tags,
  Type: Type.Optional(Type.Enum(['HTTP'])),
})
export type CreateServiceRequest = Static<typeof CreateServiceRequest>

const update = <Change extends TProperties>(title: string, change: Change) =>
  shape(title, { Id: IdOrArn, UpdaterRequestId: requestId, ...change })
export const UpdateHttpNamespaceRequest = update('UpdateHttpNamespaceRequest', { Namespace: HttpNamespaceChange })
export const UpdatePrivateDnsNamespaceRequest = update('UpdatePrivateDnsNamespaceRequest', {
  Namespace: PrivateDnsNamespaceChange,
})
export const UpdatePublicDnsNamespaceRequest = update('UpdatePublicDnsNamespaceRequest', {
  Namespace: PublicDnsNamespaceChange,
})
export type UpdateNamespaceRequest = Static<typeof UpdatePrivateDnsNamespaceRequest>
export const UpdateServiceRequest = shape('UpdateServiceRequest', { Id: IdOrArn, Service: ServiceChange })
export type UpdateServiceRequest = Static<typeof UpdateServiceRequest>

const byId = (title: string) => shape(title, { Id: IdOrArn })
export const DeleteNamespaceRequest = byId('DeleteNamespaceRequest')
export const DeleteServiceRequest = byId('DeleteServiceRequest')
export const GetNamespaceRequest = byId('GetNamespaceRequest')
export const GetServiceRequest = byId('GetServiceRequest')
export type ById = Static<typeof GetServiceRequest>

export const GetOperationRequest = shape('GetOperationRequest', { OperationId, OwnerAccount: owner })
export type GetOperationRequest = Static<typeof GetOperationRequest>

export const DeleteServiceAttributesRequest = shape('DeleteServiceAttributesRequest', {
  ServiceId: IdOrArn,
  Attributes: Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 30 }),
})
export type DeleteServiceAttributesRequest = Static<typeof DeleteServiceAttributesRequest>
export const GetServiceAttributesRequest = shape('GetServiceAttributesRequest', { ServiceId: IdOrArn })
export type GetServiceAttributesRequest = Static<typeof GetServiceAttributesRequest>
export const UpdateServiceAttributesRequest = shape('UpdateServiceAttributesRequest', {
  ServiceId: IdOrArn,
  Attributes: ServiceAttributesMap,
})
export type UpdateServiceAttributesRequest = Static<typeof UpdateServiceAttributesRequest>

export const RegisterInstanceRequest = shape('RegisterInstanceRequest', {
  ServiceId: IdOrArn,
  InstanceId,
  CreatorRequestId: requestId,
  Attributes,
})
export type RegisterInstanceRequest = Static<typeof RegisterInstanceRequest>
/** The model leaves the id of an instance that is only named freer than that of a new one. */
export const DeregisterInstanceRequest = shape('DeregisterInstanceRequest', {
  ServiceId: IdOrArn,
  InstanceId: ResourceId,
})
export const GetInstanceRequest = shape('GetInstanceRequest', { ServiceId: IdOrArn, InstanceId: ResourceId })
export type NamedInstance = Static<typeof GetInstanceRequest>
export const UpdateInstanceCustomHealthStatusRequest = shape('UpdateInstanceCustomHealthStatusRequest', {
  ServiceId: IdOrArn,
  InstanceId: ResourceId,
  Status: CustomHealthStatus,
})
export type UpdateInstanceCustomHealthStatusRequest = Static<typeof UpdateInstanceCustomHealthStatusRequest>

const discovered = { NamespaceName, ServiceName }
export const DiscoverInstancesRequest = shape('DiscoverInstancesRequest', {
  ...discovered,
  MaxResults: Type.Optional(integer({ minimum: 1, maximum: 1000 })),
  QueryParameters: Type.Optional(Attributes),
  OptionalParameters: Type.Optional(Attributes),
  HealthStatus: Type.Optional(HealthStatusFilter),
  OwnerAccount: owner,
})
export type DiscoverInstancesRequest = Static<typeof DiscoverInstancesRequest>
export const DiscoverInstancesRevisionRequest = shape('DiscoverInstancesRevisionRequest', {
  ...discovered,
  OwnerAccount: owner,
})
export type DiscoverInstancesRevisionRequest = Static<typeof DiscoverInstancesRevisionRequest>

const page = {
  NextToken: Type.Optional(Type.String({ maxLength: 4096 })),
  MaxResults: Type.Optional(integer({ minimum: 1, maximum: 100 })),
}
export const GetInstancesHealthStatusRequest = shape('GetInstancesHealthStatusRequest', {
  ServiceId: IdOrArn,
  Instances: Type.Optional(Type.Array(ResourceId, { minItems: 1 })),
  ...page,
})
export type GetInstancesHealthStatusRequest = Static<typeof GetInstancesHealthStatusRequest>
export const ListInstancesRequest = shape('ListInstancesRequest', { ServiceId: IdOrArn, ...page })
export type ListInstancesRequest = Static<typeof ListInstancesRequest>
export const ListNamespacesRequest = shape('ListNamespacesRequest', {
  ...page,
  Filters: Type.Optional(Type.Array(NamespaceFilter)),
})
export const ListServicesRequest = shape('ListServicesRequest', {
  ...page,
  Filters: Type.Optional(Type.Array(ServiceFilter)),
})
export const ListOperationsRequest = shape('ListOperationsRequest', {
  ...page,
  Filters: Type.Optional(Type.Array(OperationFilter)),
})
export type FilteredPage = Static<typeof ListServicesRequest> | Static<typeof ListNamespacesRequest>

export const ListTagsForResourceRequest = shape('ListTagsForResourceRequest', { ResourceARN: ResourceArn })
export type ListTagsForResourceRequest = Static<typeof ListTagsForResourceRequest>
export const TagResourceRequest = shape('TagResourceRequest', { ResourceARN: ResourceArn, Tags: TagList })
export type TagResourceRequest = Static<typeof TagResourceRequest>
export const UntagResourceRequest = shape('UntagResourceRequest', {
  ResourceARN: ResourceArn,
  TagKeys: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 200 }),
})
export type UntagResourceRequest = Static<typeof UntagResourceRequest>
