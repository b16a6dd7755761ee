/** The runtime layer that switches Envoy's features (bootstrap.md section 3). */
import type { Message } from './message.js'
import type { Image } from './variable.js'
import type { Settings } from './variables.js'

/** The static layer; the node repeats it in its metadata. */
export function buildStaticLayer(settings: Settings, image: Image): Message {
  const cycle = settings.MAX_REQUESTS_PER_IO_CYCLE
  return {
    'envoy.features.enable_all_deprecated_features': true,
    're2.max_program_size.error_level': 1000,
    ...FEATURES[image](settings),
    ...(cycle ? { 'http.max_requests_per_io_cycle': cycle } : {}),
  }
}

/** Envoy 1.40 has removed every feature switch of the agent's layer, always on or gone, and reports one that is still named as a bug. */
const FEATURES: Record<Image, (settings: Settings) => Message> = {
  stock: () => ({}),
  'app-mesh': (settings) => ({
    'envoy.reloadable_features.http_set_tracing_decision_in_request_id': settings.APPMESH_SET_TRACING_DECISION,
    'envoy.reloadable_features.no_extension_lookup_by_name': settings.ENVOY_NO_EXTENSION_LOOKUP_BY_NAME,
    'envoy.reloadable_features.use_http_client_to_fetch_aws_credentials':
      settings.ENVOY_USE_HTTP_CLIENT_TO_FETCH_AWS_CREDENTIALS,
  }),
}

export function buildLayeredRuntime(staticLayer: Message): Message {
  return {
    layers: [
      { name: 'static_layer_0', static_layer: staticLayer },
      { name: 'admin_layer', admin_layer: {} },
    ],
  }
}
