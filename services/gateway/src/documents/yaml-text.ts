/** A body that came as YAML. It is read where it is known what it has to be, so that problems say line and column. */
export class YamlText {
  constructor(readonly text: string) {}
}
