/** Creates and edits a virtual gateway. */
import { VIRTUAL_GATEWAY_FORM } from '../data/form/virtual-gateway-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(VIRTUAL_GATEWAY_FORM)
