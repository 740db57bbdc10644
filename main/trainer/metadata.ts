import type { ExportJob } from './contract.ts'

/** What a file says of its network, for those who have nothing else. */
export function metadataOf({ config, classNames, threshold }: Pick<ExportJob, 'config' | 'classNames' | 'threshold'>): Record<string, string> {
  return {
    class_names: JSON.stringify(classNames),
    backbone: config.backbone,
    experts: String(config.experts),
    widths: config.widths,
    shared_layer3: String(config.sharedLayer3),
    head: config.head,
    // The authors' classes take a linear head's scale to be 1.
    scale: String(config.head === 'cosine' ? config.scale : 1),
    image_size: String(config.imageSize),
    ...(threshold !== null && { router_threshold: String(threshold) }),
  }
}
