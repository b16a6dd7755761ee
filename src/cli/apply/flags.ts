/** Options that several commands share. */
import { InvalidArgumentError, Option } from 'commander'

export function filesOption(): Option {
  return new Option(
    '-f, --filename <PATH...>',
    'files, or directories of files, with definitions in JSON or YAML; - is standard input',
  )
}

export function meshOption(): Option {
  return new Option('-m, --mesh <MESH>', 'mesh of the definitions that name none; those of another are refused')
}

export function waitOption(): Option {
  return new Option('--wait', 'until every connected Envoy of the mesh has accepted what it is sent')
}

export function timeoutOption(): Option {
  return new Option('--timeout <TIME>', 'longest to wait, e.g. 90s or 5m')
    .argParser(parseDuration)
    .default(60_000, '60s')
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds. */
export function parseDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? []
  if (number === undefined) throw new InvalidArgumentError('Use a number and ms, s, m or h, e.g. 90s.')
  return Number(number) * (UNITS[unit] ?? 1000)
}
