/** Access logs of virtual nodes and gateways. */
import Type, { type Static } from 'typebox'
import { FilePath } from './scalars.js'

export const JsonFormatRef = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 100 }),
})
export type JsonFormatRef = Static<typeof JsonFormatRef>

/** Exactly one member. */
export const LoggingFormat = Type.Object({
  json: Type.Optional(Type.Array(JsonFormatRef)),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
})
export type LoggingFormat = Static<typeof LoggingFormat>

/** Without `format` Envoy's own default format. */
export const FileAccessLog = Type.Object({
  format: Type.Optional(LoggingFormat),
  path: FilePath,
})
export type FileAccessLog = Static<typeof FileAccessLog>

/** Exactly one member. */
export const AccessLog = Type.Object({
  file: Type.Optional(FileAccessLog),
})
export type AccessLog = Static<typeof AccessLog>

export const Logging = Type.Object({
  accessLog: Type.Optional(AccessLog),
})
export type Logging = Static<typeof Logging>

export const VirtualGatewayFileAccessLog = Type.Object({
  format: Type.Optional(LoggingFormat),
  path: FilePath,
})
export type VirtualGatewayFileAccessLog = Static<typeof VirtualGatewayFileAccessLog>

/** Exactly one member. */
export const VirtualGatewayAccessLog = Type.Object({
  file: Type.Optional(VirtualGatewayFileAccessLog),
})
export type VirtualGatewayAccessLog = Static<typeof VirtualGatewayAccessLog>

export const VirtualGatewayLogging = Type.Object({
  accessLog: Type.Optional(VirtualGatewayAccessLog),
})
export type VirtualGatewayLogging = Static<typeof VirtualGatewayLogging>
