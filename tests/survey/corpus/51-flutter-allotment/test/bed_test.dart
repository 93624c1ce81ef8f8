import 'package:allotment/beds/bed.dart';
import 'package:flutter_test/flutter_test.dart';

void main() {
  test('a bed needs a number', () {
    expect(() => Bed.fromJson({'number': 'one'}), throwsA(isA<BedFormatException>()));
  });
}
