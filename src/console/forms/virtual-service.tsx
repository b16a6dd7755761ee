/** Creates and edits a virtual service. */
import { VIRTUAL_SERVICE_FORM } from '../data/form/virtual-service-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(VIRTUAL_SERVICE_FORM)
