/**
 * Members that are part of the model but whose behaviour is still to come. A request that has one is refused, because storing what is not
 * acted on would pass traffic in the clear that was asked to be encrypted, or to nowhere. By App Mesh shape.
 */
export const NOT_YET: Readonly<Record<string, readonly string[] | undefined>> = {}
