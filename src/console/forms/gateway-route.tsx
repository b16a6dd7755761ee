/** Creates and edits a gateway route. */
import { GATEWAY_ROUTE_FORM } from '../data/form/gateway-route-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(GATEWAY_ROUTE_FORM)
