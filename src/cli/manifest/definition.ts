/** A definition as somebody wrote it: which resource it is of, what it says, and where it stands. */
import type { Definition, Kind, Tag } from '../../model/resource.js'

export interface Place {
  readonly file: string
  readonly line: number
}

export interface Desired<K extends Kind = Kind> extends Definition<K> {
  /** Undefined leaves the tags as they are; a list is all that there shall be. */
  readonly tags?: readonly Tag[]
  /** Absent for what no file says. */
  readonly place?: Place
}

export function formatPlace({ file, line }: Place): string {
  return `${file}:${line}`
}
