//! Places on a page, and how they are moved, scaled and turned.
//!
//! # Source
//!
//! ISO 32000-1 section 8.3.

use super::value::Value;

/// A transformation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
}

/// That which leaves everything where it is.
pub(super) const UNIT: Matrix = Matrix { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

impl Default for Matrix {
    fn default() -> Self {
        UNIT
    }
}

/// A rectangle: its lower left and its upper right corner.
pub(super) type Rectangle = [(f64, f64); 2];

impl Matrix {
    /// That of six numbers, the last where there are more.
    pub(super) fn of(operands: &[Value]) -> Option<Self> {
        let numbers: Vec<f64> = operands.iter().filter_map(Value::number).collect();
        let [.., a, b, c, d, e, f] = *numbers.as_slice() else { return None };
        Some(Self { a, b, c, d, e, f })
    }

    /// First this one, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        Self {
            a: self.a * other.a + self.b * other.c,
            b: self.a * other.b + self.b * other.d,
            c: self.c * other.a + self.d * other.c,
            d: self.c * other.b + self.d * other.d,
            e: self.e * other.a + self.f * other.c + other.e,
            f: self.e * other.b + self.f * other.d + other.f,
        }
    }

    pub(super) fn moved(self, x: f64, y: f64) -> Self {
        Self { e: x, f: y, ..UNIT }.then(self)
    }

    /// Where it moves the place of no coordinates to.
    pub(super) fn origin(self) -> (f64, f64) {
        (self.e, self.f)
    }

    /// How high something of that height becomes.
    pub(super) fn height(self, height: f64) -> f64 {
        (self.c * height).hypot(self.d * height)
    }

    /// The rectangle that what it makes of one stands in.
    pub(super) fn around(self, [(left, low), (right, high)]: Rectangle) -> Rectangle {
        let corners = [(left, low), (left, high), (right, low), (right, high)];
        rectangle(&corners.map(|(x, y)| self.moved(x, y).origin()))
    }

    /// That which moves one rectangle to another.
    pub(super) fn fitting(from: Rectangle, to: Rectangle) -> Self {
        let scale = |from: f64, to: f64| if from == 0.0 { 1.0 } else { to / from };
        let [(left, low), (right, high)] = from;
        let [(to_left, to_low), (to_right, to_high)] = to;
        let (x, y) = (scale(right - left, to_right - to_left), scale(high - low, to_high - to_low));
        Self { a: x, d: y, e: to_left - left * x, f: to_low - low * y, ..UNIT }
    }
}

/// The rectangle around places.
pub(super) fn rectangle(places: &[(f64, f64)]) -> Rectangle {
    let most = |of: fn(&(f64, f64)) -> f64, choose: fn(f64, f64) -> f64| {
        places.iter().map(of).reduce(choose).unwrap_or(0.0)
    };
    [
        (most(|it| it.0, f64::min), most(|it| it.1, f64::min)),
        (most(|it| it.0, f64::max), most(|it| it.1, f64::max)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_is_moved_to_another() {
        let (from, to) = ([(0.0, 0.0), (10.0, 20.0)], [(100.0, 50.0), (120.0, 60.0)]);
        assert_eq!(Matrix::fitting(from, to).around(from), to);
        let turned = Matrix { a: 0.0, b: 1.0, c: -1.0, d: 0.0, ..UNIT };
        assert_eq!(turned.around(from), [(-20.0, 0.0), (0.0, 10.0)]);
    }
}
