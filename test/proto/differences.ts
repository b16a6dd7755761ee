/** How one protobufjs Root differs from another that it should be a subset of. */
import protobuf from 'protobufjs'

/** Everything in `ours` that `official` lacks or says otherwise, one sentence each. */
export function differences(ours: protobuf.NamespaceBase, official: protobuf.NamespaceBase): string[] {
  return ours.nestedArray.flatMap((object) => {
    if (object.fullName.startsWith('.google.protobuf')) return []
    const twin = official.get(object.name)
    if (object instanceof protobuf.Enum) {
      return twin instanceof protobuf.Enum ? inEnum(object, twin) : unofficial(object)
    }
    if (object instanceof protobuf.Type) {
      return twin instanceof protobuf.Type ? inType(object, twin) : unofficial(object)
    }
    if (object instanceof protobuf.Service) {
      return twin instanceof protobuf.Service ? inService(object, twin) : unofficial(object)
    }
    if (!(object instanceof protobuf.Namespace)) return [`${object.fullName} is not compared`]
    return twin instanceof protobuf.Namespace ? differences(object, twin) : unofficial(object)
  })
}

function inEnum(ours: protobuf.Enum, official: protobuf.Enum): string[] {
  const wrong = Object.entries(ours.values).filter(([name, number]) => official.values[name] !== number)
  return [
    ...inFile(ours, official),
    ...wrong.map(([name, number]) => `${ours.fullName}: ${name} = ${number}, not ${String(official.values[name])}`),
  ]
}

function inType(ours: protobuf.Type, official: protobuf.Type): string[] {
  const fields = ours.fieldsArray.flatMap((field) => {
    const twin = official.fields[field.name]
    return twin ? inField(field.resolve(), twin.resolve()) : unofficial(field)
  })
  return [...inFile(ours, official), ...fields, ...differences(ours, official)]
}

function inField(ours: protobuf.Field, official: protobuf.Field): string[] {
  const found: string[] = []
  if (ours.id !== official.id) found.push(`number ${ours.id}, not ${official.id}`)
  if (describeField(ours) !== describeField(official)) {
    found.push(`${describeField(ours)}, not ${describeField(official)}`)
  }
  if (ours.partOf?.name !== official.partOf?.name) {
    found.push(`in ${ours.partOf ? `oneof ${ours.partOf.name}` : 'no oneof'}, not ${official.partOf?.name ?? 'none'}`)
  }
  return found.map((text) => `${ours.fullName}: ${text}`)
}

function describeField(field: protobuf.Field): string {
  const type = field.resolvedType?.fullName ?? field.type
  if (field instanceof protobuf.MapField) return `map<${field.keyType}, ${type}>`
  if (!field.repeated) return type
  return `repeated ${type}${field.packed ? '' : ' unpacked'}`
}

function inService(ours: protobuf.Service, official: protobuf.Service): string[] {
  const methods = ours.methodsArray.flatMap((method) => {
    const twin = official.methods[method.name]
    if (!twin) return unofficial(method)
    const [is, should] = [describeMethod(method), describeMethod(twin)]
    return is === should ? [] : [`${method.fullName}: ${is}, not ${should}`]
  })
  return [...inFile(ours, official), ...methods]
}

function describeMethod(method: protobuf.Method): string {
  method.resolve()
  const request = `${method.requestStream ? 'stream ' : ''}${method.resolvedRequestType?.fullName ?? ''}`
  const response = `${method.responseStream ? 'stream ' : ''}${method.resolvedResponseType?.fullName ?? ''}`
  return `(${request}) returns (${response})`
}

/** Both are in the same file below their include directory. */
function inFile(ours: protobuf.ReflectionObject, official: protobuf.ReflectionObject): string[] {
  const [is, should] = [ours, official].map(fileOf)
  if (is === undefined || should === undefined || should.endsWith(is)) return []
  return [`${ours.fullName} is in file ${is}, not ${should}`]
}

function fileOf(object: protobuf.ReflectionObject): string | undefined {
  for (let at: protobuf.ReflectionObject | null = object; at; at = at.parent) {
    if (at.filename !== null) return at.filename.replace(/^.*\/proto(?=\/)/, '')
  }
  return undefined
}

function unofficial(object: protobuf.ReflectionObject): string[] {
  return [`${object.fullName} is not official`]
}
