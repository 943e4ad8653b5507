/** A rule of an HTTPRoute (gateway.networking.k8s.io/v1), with the fields of it that are needed here. */
export interface RouteRule {
  /** Any of them. */
  readonly matches: readonly RouteMatch[];
  readonly filters?: readonly RequestMirror[];
  readonly backendRefs: readonly BackendRef[];
}

export interface RouteMatch {
  readonly path: { readonly type: 'PathPrefix'; readonly value: string };
  /** All of them. */
  readonly headers?: readonly HeaderMatch[];
}

export interface HeaderMatch {
  readonly type: 'Exact';
  readonly name: string;
  readonly value: string;
}

export interface ServiceRef {
  readonly group: '';
  readonly kind: 'Service';
  readonly name: string;
  readonly namespace?: string;
  readonly port: number;
}

export interface BackendRef extends ServiceRef {
  /** Out of the sum of the rule's weights. */
  readonly weight: number;
  readonly filters: readonly RequestHeaderModifier[];
}

export interface RequestHeaderModifier {
  readonly type: 'RequestHeaderModifier';
  readonly requestHeaderModifier: {
    readonly set?: readonly { readonly name: string; readonly value: string }[];
    readonly remove?: readonly string[];
  };
}

export interface RequestMirror {
  readonly type: 'RequestMirror';
  readonly requestMirror: {
    readonly backendRef: ServiceRef;
    readonly fraction: { readonly numerator: number; readonly denominator: number };
  };
}
