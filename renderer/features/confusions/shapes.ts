/** What the view shows: cells, a table of classes, or what the experts made of them. */
export const shapes = ['matrix', 'classes', 'lens'] as const
export type Shape = (typeof shapes)[number]
