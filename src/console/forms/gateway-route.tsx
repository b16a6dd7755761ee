/** Stands for the page until it is written. */
import { EmptyState } from '../frame/states.js'

export function Component() {
  return <EmptyState title="Form" />
}
