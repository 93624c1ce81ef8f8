import 'package:allotment/beds/bed.dart';
import 'package:allotment/beds/beds_page.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

void main() {
  testWidgets('beds are listed', (tester) async {
    await tester.pumpWidget(const MaterialApp(home: BedsPage(beds: [Bed(4, null)])));
    expect(find.text('Bed 4'), findsOneWidget);
  });
}
