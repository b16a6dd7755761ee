/** What the Envoy says about itself: identity, metadata, locality (bootstrap.md section 4). */
import type { Identity } from './identity.js'
import type { Message } from './message.js'
import type { Settings } from './variables.js'

/** What only the machine knows that the Envoy will run on. Absent parts are left out of the metadata. */
export interface Host {
  /** By interface name, as node's os.networkInterfaces() lists them. */
  readonly interfaces?: Readonly<Record<string, readonly InterfaceAddress[] | undefined>>
  /** As `uname -p` and `uname -r` say. */
  readonly system?: { readonly platform: string; readonly kernelVersion: string }
}

export interface InterfaceAddress {
  readonly family: string
  readonly address: string
  /** With prefix length; null when the address has no valid netmask. */
  readonly cidr: string | null
}

export function buildNode(identity: Identity, settings: Settings, staticLayer: Message, host: Host): Message {
  const platform = buildPlatformInfo(settings, host)
  return {
    id: identity.id,
    cluster: identity.cluster,
    metadata: {
      'aws.appmesh.static_runtime': staticLayer,
      ...(host.interfaces ? { 'aws.appmesh.task.interfaces': buildInterfaces(host.interfaces) } : {}),
      ...(settings.APPMESH_METRIC_EXTENSION_VERSION === '1' ? { 'aws.appmesh.metric_filter': { level: '1' } } : {}),
      ...(Object.keys(platform).length > 0 ? { 'aws.appmesh.platformInfo': platform } : {}),
    },
    ...buildLocality(settings),
  }
}

/** Only a zone *id* makes a locality: zone names differ between accounts. */
function buildLocality(settings: Settings): Message {
  const { AWS_REGION: region, ENVOY_AVAILABILITY_ZONE_ID: zone } = settings
  return zone === undefined ? {} : { locality: { ...(region === undefined ? {} : { region }), zone } }
}

/** IP version → interface → addresses in CIDR form. A version without addresses is left out. */
function buildInterfaces(interfaces: NonNullable<Host['interfaces']>): Message {
  const versions = { ipv4: 'IPv4', ipv6: 'IPv6' }
  return compact(
    Object.entries(versions).map(([key, family]) => [
      key,
      compact(
        Object.entries(interfaces).map(([name, addresses]) => [
          name,
          (addresses ?? []).filter((entry) => entry.family === family).map((entry) => entry.cidr ?? entry.address),
        ]),
      ),
    ]),
  )
}

/** The entries whose value has any content. */
function compact(entries: [string, Message | readonly string[]][]): Message {
  return Object.fromEntries(entries.filter(([, value]) => Object.keys(value).length > 0))
}

function buildPlatformInfo(settings: Settings, { system }: Host): Message {
  const zone = settings.ENVOY_AVAILABILITY_ZONE
  const zoneId = settings.ENVOY_AVAILABILITY_ZONE_ID
  return {
    ...buildKubernetesInfo(settings),
    ...buildEcsInfo(settings),
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
    ...(zoneId === undefined ? {} : { AvailabilityZoneID: zoneId }),
    ...(settings.APPNET_FIPS_MODE_ENABLED ? { fipsModeEnabled: true } : {}),
    ...(system ? { systemInfo: { systemPlatform: system.platform, systemKernelVersion: system.kernelVersion } } : {}),
  }
}

function buildKubernetesInfo(settings: Settings): Message {
  const {
    APPMESH_PLATFORM_K8S_VERSION: k8sVersion,
    APPMESH_PLATFORM_K8S_POD_UID: podUid,
    APPMESH_PLATFORM_APP_MESH_CONTROLLER_VERSION: appMeshControllerVersion,
  } = settings
  if (k8sVersion === undefined || podUid === undefined || appMeshControllerVersion === undefined) return {}
  return { k8sPlatformInfo: { k8sVersion, podUid, appMeshControllerVersion } }
}

function buildEcsInfo(settings: Settings): Message {
  const { AWS_EXECUTION_ENV: launchType, ECS_CONTAINER_INSTANCE_ARN: instance } = settings
  if (launchType === undefined) return {}
  return {
    ecsPlatformInfo: {
      ecsLaunchType: launchType,
      ...(instance === undefined ? {} : { ecsContainerInstanceArn: instance }),
    },
  }
}
