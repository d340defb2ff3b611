// The activations of Keras that make one number of one (core/model/activations.py).

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clip = (x, low, high) => Math.min(high, Math.max(low, x));
const hardSigmoid = (x) => clip(x / 6 + 0.5, 0, 1);
const silu = (x) => x * sigmoid(x);
const hardSilu = (x) => x * hardSigmoid(x);
const elu = (x) => (x > 0 ? x : Math.expm1(x));
const [SELU_SCALE, SELU_ALPHA] = [1.0507009873554805, 1.6732632423543772];

// Abramowitz and Stegun, 7.1.26: the error is below 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

export const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid,
  tanh: Math.tanh,
  softmax: () => 1,
  softplus,
  exponential: Math.exp,
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
  relu6: (x) => clip(x, 0, 6),
  elu,
  celu: elu,
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  silu,
  swish: silu,
  mish: (x) => x * Math.tanh(softplus(x)),
  hard_silu: hardSilu,
  hard_swish: hardSilu,
  hard_sigmoid: hardSigmoid,
  hard_tanh: (x) => clip(x, -1, 1),
  softsign: (x) => x / (1 + Math.abs(x)),
  squareplus: (x) => 0.5 * (x + Math.sqrt(x * x + 4)),
  log_sigmoid: (x) => -softplus(-x),
  hard_shrink: (x) => (Math.abs(x) > 0.5 ? x : 0),
  soft_shrink: (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0),
  tanh_shrink: (x) => x - Math.tanh(x),
  sparse_plus: (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
  sparse_sigmoid: (x) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
  sparsemax: () => 1,
  log_softmax: () => 0,
};
