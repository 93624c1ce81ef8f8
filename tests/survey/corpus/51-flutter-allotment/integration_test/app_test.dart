import 'package:allotment/main.dart' as app;
import 'package:flutter_test/flutter_test.dart';

void main() {
  testWidgets('it starts', (tester) async => app.main());
}
