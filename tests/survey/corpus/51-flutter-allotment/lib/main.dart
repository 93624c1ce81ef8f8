import 'package:flutter/material.dart';
import 'package:flutter_riverpod/flutter_riverpod.dart';

import 'beds/beds_page.dart';

void main() {
  FlutterError.onError = (details) => debugPrint('unexpected: ${details.exception}');
  runApp(const ProviderScope(child: MaterialApp(home: BedsPage())));
}
