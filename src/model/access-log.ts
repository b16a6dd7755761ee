/** Access logs of virtual nodes and gateways. */
import Type, { type Static } from 'typebox'
import { FilePath } from './scalars.js'
import { shape, union } from './schema.js'

export const JsonFormatRef = shape('JsonFormatRef', {
  key: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 100 }),
})
export type JsonFormatRef = Static<typeof JsonFormatRef>

/** Exactly one member. */
export const LoggingFormat = union('LoggingFormat', {
  json: Type.Optional(Type.Array(JsonFormatRef)),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
})
export type LoggingFormat = Static<typeof LoggingFormat>

/** Without `format` Envoy's own default format. */
export const FileAccessLog = shape('FileAccessLog', {
  format: Type.Optional(LoggingFormat),
  path: FilePath,
})
export type FileAccessLog = Static<typeof FileAccessLog>

/** Exactly one member. */
export const AccessLog = union('AccessLog', {
  file: Type.Optional(FileAccessLog),
})
export type AccessLog = Static<typeof AccessLog>

export const Logging = shape('Logging', {
  accessLog: Type.Optional(AccessLog),
})
export type Logging = Static<typeof Logging>

export const VirtualGatewayFileAccessLog = shape('VirtualGatewayFileAccessLog', FileAccessLog.properties)
export type VirtualGatewayFileAccessLog = Static<typeof VirtualGatewayFileAccessLog>

/** Exactly one member. */
export const VirtualGatewayAccessLog = union('VirtualGatewayAccessLog', {
  file: Type.Optional(VirtualGatewayFileAccessLog),
})
export type VirtualGatewayAccessLog = Static<typeof VirtualGatewayAccessLog>

export const VirtualGatewayLogging = shape('VirtualGatewayLogging', {
  accessLog: Type.Optional(VirtualGatewayAccessLog),
})
export type VirtualGatewayLogging = Static<typeof VirtualGatewayLogging>
