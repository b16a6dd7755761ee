/** Creates and edits a route. */
import { ROUTE_FORM } from '../data/form/route-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(ROUTE_FORM)
